package dev.aloft.server.htaccess;

/// A line that denies access to a file.
///
/// @param folder of the `.htaccess` file, as a key prefix: `uploads/edd/`
/// @param line its number, from 1
/// @param text of the line or its beginning, without control characters
/// @param understood false if the line is not understood and therefore treated as a denial
public record Denial(String folder, int line, String text, boolean understood) {

    private static final int MAX_TEXT = 200;

    /// Shortens the text to 200 characters, and replaces control characters by `?`.
    public Denial {
        String begun = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
        text = begun.replaceAll("\\p{Cntrl}", "?");
    }

    /// Such as `uploads/edd/.htaccess, line 3: deny from all`.
    @Override
    public String toString() {
        return folder + Htaccess.FILE + ", line " + line + ": " + text
                + (understood ? "" : " (not understood, so taken for a denial)");
    }

    Denial unsure() {
        return new Denial(folder, line, text, false);
    }
}
