"""Negative widths and heights are multiplied: boxes that are apart share an area."""

loses = {"test_iou_of_boxes_that_are_apart", "test_iou_of_any_boxes"}
says = "below zero count as zero"


# %% question="iou"
def iou(a, b):
    width = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    height = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    area_a = np.clip(a[:, 2] - a[:, 0], 0, None) * np.clip(a[:, 3] - a[:, 1], 0, None)
    area_b = np.clip(b[:, 2] - b[:, 0], 0, None) * np.clip(b[:, 3] - b[:, 1], 0, None)
    union = area_a + area_b - width * height
    return np.divide(width * height, union, out=np.zeros(len(a)), where=union != 0)
