"""Forms made of a schema: the sections of a bundle, edited field by field."""
