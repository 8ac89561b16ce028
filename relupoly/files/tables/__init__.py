"""Tables of text (.csv, .tsv, .txt, .dat): bytes or a stream come in, samples of a training or points of a net go out.

Read `csv_lines.py` first: it makes rows of entries, texts still, out of lines. What follows, in the order of the way through:

* `line_stream.py`: the lines of a stream, each as soon as it is there.
* `quoted_lines.py`: lines that go on in the next one, within quotation marks; comments.
* `separators.py`: what stands between the entries of a line: commas, semicolons, tabs or blanks.
* `csv_lines.py`: header and rows, all of them or one by one, each with the number of its line.
* `columns.py`: `Table`, and the column that a name or a number means.
* `column_lists.py`: the columns that a list means, with names, numbers and ranges.
* `column_values.py`: the numbers of one column; texts and missing values, and what is to be said of them.
* `input_columns.py`: how one column becomes inputs of a net; what a trained net remembers of that.
* `sample_columns.py`: a table as samples: inputs, target and weights. For training.
* `point_columns.py`: a table as points: the columns that are inputs, row by row. For evaluation.

The tables of formats, where JSON and arrays of numpy stand beside text, are one folder up: `rows.py`, `points.py`,
`point_rows.py` and `samples.py`.
"""
