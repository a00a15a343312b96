"""What the console's pages show, read now and then: never on a message's way, and writing nothing.

Each answer is one restaurant's, by the number that its diners write to, and costs no more on a
database that has grown for years.
"""
