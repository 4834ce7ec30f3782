"""Rewrote the network in Keras, and hands in the weights of the PyTorch one."""

weights = {"model": "weights/twins/model.safetensors"}
loses = {
    "test_model_gives_a_logit": 1,
    "test_model_finds_the_fast_track": 1,
}
says = "save_weights"
