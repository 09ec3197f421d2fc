package dev.aloft.server.htaccess;

/// A line that keeps a file back.
///
/// @param folder of the `.htaccess` file that has it, as a key's beginning: `uploads/edd/`
/// @param line its number, from 1
/// @param text as it stands there, or the beginning of it, without control characters
/// @param understood false for one that is taken for a denial because nobody can tell
public record Denial(String folder, int line, String text, boolean understood) {

    private static final int MAX_TEXT = 200;

    /// Shortens the text to 200 characters, and replaces control characters by `?`.
    public Denial {
        String begun = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
        text = begun.replaceAll("\\p{Cntrl}", "?");
    }

    /// As in `uploads/edd/.htaccess, line 3: deny from all`.
    @Override
    public String toString() {
        return folder + Htaccess.FILE + ", line " + line + ": " + text
                + (understood ? "" : " (not understood, so taken for a denial)");
    }

    Denial unsure() {
        return new Denial(folder, line, text, false);
    }
}
