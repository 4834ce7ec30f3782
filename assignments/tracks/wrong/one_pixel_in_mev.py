"""Gives the momentum in MeV."""

loses = {"test_momentum_of_one_pixel_by_hand", "test_momentum_of_one_pixel_of_any_picture"}
says = "momenta in GeV, lengths in m"
edits = {"pixels": [("0.3 * field * length * size / 8", "300 * field * length * size / 8")]}
