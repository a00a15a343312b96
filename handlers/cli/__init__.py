"""The command line: `flask --app app --help`. Each command ends with a sentence on what it did."""
