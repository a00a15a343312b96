"""What stands below the tables: the engine, statements that are built once, migrations, notices."""
