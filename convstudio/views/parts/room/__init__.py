"""What is done where there is little room: tools fold into a menu, rows scroll sideways, panes keep one line."""
