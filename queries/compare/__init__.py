"""What changes between two graphs: nodes and links, and the answers about them."""
