"""What tables alone don't tell: searches, diners' words, periods, money, files, and the time."""
