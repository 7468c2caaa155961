"""The schemas that were released, each as a dump of a store that its own code filled."""
