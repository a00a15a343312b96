"""What is known without a table: search, words, wishes, periods, money, and the files one loads."""
