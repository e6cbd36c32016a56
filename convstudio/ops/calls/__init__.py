"""What a caller gives, checked before anything is computed: how windows slide, and which cells they meet."""
