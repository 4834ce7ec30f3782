"""Forgets eval(): dropout and batch statistics stay on."""

loses = {
    "test_logits_of_a_network_in_use": 1,
    "test_predict_switches_training_mode_off": 1,
    "test_predict_takes_any_number_of_images": 1,
}
says = "call model.eval"
edits = {"predict": [("    model.eval()\n", "")]}
