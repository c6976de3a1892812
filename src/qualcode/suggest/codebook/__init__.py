"""What texts say of the codebook: passages no code covers, and codes whose use drifts."""
