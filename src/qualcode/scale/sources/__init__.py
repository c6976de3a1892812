"""Where assignments and documents are: files, frames and streams, and the engines that hold them."""
