"""Numbers as colours and as places in a picture: levels, colour maps, reduction, geometry."""
