"""REFI-QDA, the exchange format of programs for qualitative analysis: .qdpx, .qde and .qdc."""
