"""What a list of all cells tells, beyond counts.

`complex.py`: the faces of the complex of cells; `regions.py`: the regions of an arrangement, each with a point inside;
`vertices.py`: the vertices of a zonotope; `stable.py`: the neurons that never change. Each walks over all cells and keeps what
it needs of them; none depends on another.
"""
