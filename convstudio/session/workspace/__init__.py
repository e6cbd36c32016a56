"""The files of the program: the project on show, what is brought into it, and what is written from it."""
