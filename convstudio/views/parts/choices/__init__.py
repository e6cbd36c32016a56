"""Combo boxes whose list has headings, pictures and a search field."""
