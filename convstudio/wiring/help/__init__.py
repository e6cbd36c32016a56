"""What Help leads to: the pages of facts, and the places where a question is answered."""
