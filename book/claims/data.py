"""Worked examples of the decks: shapes and tracks."""

import numpy as np
from scipy import ndimage

from kernelwise.data import tracks


def box_of_the_painted() -> list[int]:
    """Paint columns 13 to 28 of rows 11 to 19, counted from 0, and find the edges (x0, y0, x1, y1) again."""
    image = np.zeros((64, 64))
    image[np.ix_(range(11, 20), range(13, 29))] = 1
    ((rows, columns),) = ndimage.find_objects(image.astype(int))
    return [columns.start, rows.start, columns.stop, rows.stop]


def spots_of_one_track() -> int:
    """Count the separate spots in the image of a single track."""
    image = tracks.draw_tracks(1, seed=1, size=512, spectrometer=tracks.Spectrometer(tracks=1)).images[0]
    return ndimage.label(image)[1]


def resized_tracks() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shapes of an image of tracks before and after it is made smaller, 4 × 4 pixels to one."""
    large = tracks.draw_tracks(1, seed=1, size=512).images
    return large.shape[1:], tracks.resize_images(large, large.shape[1] // 4).shape[1:]
