"""What every package may use: errors, text, vocabulary, the data model, processes, files."""
