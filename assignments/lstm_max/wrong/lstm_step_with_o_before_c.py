"""Takes the third block for the output gate and the fourth for what is written."""

loses = {"test_lstm_step_by_hand": 1, "test_lstm_step_of_the_lecture": 1, "test_lstm_step_of_any_size": 1}
says = "nothing is written"
edits = {"lstm_step": [("i, f, g, o = ", "i, f, o, g = ")]}
