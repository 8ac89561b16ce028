"""What the commands tell, a file for each kind of result: a document for scripts, and a text for people."""
