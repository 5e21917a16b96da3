"""Share images: the 1200 by 630 px picture that messengers and social networks show for a page."""

from practices.web.practice.drawing.drawing import HEIGHT, WIDTH, Picture, draw

__all__ = ["HEIGHT", "WIDTH", "Picture", "draw"]
