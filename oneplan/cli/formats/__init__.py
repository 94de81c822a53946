"""What was found in the manifest, in the forms people, editors and code hosts read. Pure: values in, text out."""
