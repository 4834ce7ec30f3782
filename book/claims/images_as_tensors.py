"""Worked examples of the decks: the tables of pixels and the dense layer."""

import numpy as np

# The two tables of one picture, as printed side by side (deck S).
FIRST_TABLE = np.loadtxt(
    """
    157 153 174 168 160 162 129 151 172 161 155 166  166 182 163  74  75  62  33  17 110 210 180 154
    180 180  50  14  34   6  10  33  48 105 159 181  206 109   5 124 131 111 120 204 166  15  56 180
    194  68 137 251 237 299 239 228 227  87  71 201  172 105 207 233 233 214 220 239 228  98  74 206
    188  88 179 209 185 215 211 158 139  75  20 169  189  97 165  84  10 168 134  11  31  62  22 148
    199 168 191 193 158 227 178 143 182 105  36 190  205 174 155 252 236 231 149 178 228  43  95 234
    190 216 116 149 236 187  85 150  79  38 218 241  190 224 147 108 227 210 127 102  36 101 255 224
    190 214 173  66 103 143  95  50   2 109 249 215  187 196 235  75   1  81  47   0   6 217 255 211
    183 202 237 145   0   0  12 108 200 138 243 236  195 206 123 207 177 121 123 200 175  13  96 218
    """.splitlines(),
    dtype=int,
).reshape(16, 12)
SECOND_TABLE = np.loadtxt(
    """
    157 153 174 168 160 162 129 151 172 161 155 166  156 182 163  74  75  62  33  17 110 210 180 154
    180 180  50  14  34   6  10  33  48 106 159 181  206 109   5 124 131 111 120 204 166  15  56 180
    194  68 137 251 237 239 239 228 227  87  71 201  172 105 207 233 233 214 220 239 228  98  74 206
    188  88 179 209 185 215 211 158 139  75  20 169  189  97 165  84  10 168 134  11  31  62  22 148
    199 168 191 193 158 227 178 143 182 105  36 190  205 174 155 252 236 231 149 178 228  43  95 234
    190 216 116 149 236 187  85 150  79  38 218 241  190 224 147 108 227 210 127 102  36 101 255 224
    190 214 173  66 103 143  95  50   2 109 249 215  187 196 235  75   1  81  47   0   6 217 255 211
    183 202 237 145   0   0  12 108 200 138 243 236  195 206 123 207 177 121 123 200 175  13  96 218
    """.splitlines(),
    dtype=int,
).reshape(16, 12)


def differing_pixels() -> list[tuple[int, int, int, int]]:
    """Row and column, from zero, of each cell in which the two tables differ, and the two values."""
    cells = np.argwhere(FIRST_TABLE != SECOND_TABLE).tolist()
    return [(i, j, int(FIRST_TABLE[i, j]), int(SECOND_TABLE[i, j])) for i, j in cells]


def second_table_where_first_is_impossible() -> int:
    """What the second table has in the one cell where the first exceeds eight bits."""
    return SECOND_TABLE[FIRST_TABLE >= 2**8].item()


def dense_layer_bytes() -> int:
    """Bytes of a dense layer's weights from one RGB image to another, in float32."""
    values = 3 * 256 * 256
    return values * values * np.dtype(np.float32).itemsize
