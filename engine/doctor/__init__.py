"""What `flask --app app doctor` looks at: one file a kind. Nothing that serves imports it."""
