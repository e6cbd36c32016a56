"""Networks of other programs as ours: the operators of ONNX and the layers of Keras, one after the other."""
