"""The commands, a file for each: options in, one public function of the library called, a report out."""
