package dev.aloft.lab;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Properties;

/// The passwords of one service, made by chance when first asked for and kept in a file that only we may read.
///
/// Each change is written before it is used, whole or not at all. Used by one thread.
final class Secrets {

    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

    private final Path file;
    private final Properties values = new Properties();

    private Secrets(Path file) {
        this.file = file;
    }

    /// Opens a file, which may be missing.
    static Secrets open(Path file) throws IOException {
        Secrets secrets = new Secrets(file);
        if (Files.exists(file)) {
            secrets.values.load(new StringReader(Files.readString(file)));
        }
        return secrets;
    }

    /// The value of a name, if it has one.
    Optional<String> find(String name) {
        return Optional.ofNullable(values.getProperty(name));
    }

    /// The value of a name; random letters and digits at the first call.
    String findOrMake(String name, int length) throws IOException {
        Optional<String> kept = find(name);
        if (kept.isPresent()) {
            return kept.get();
        }
        String made = letters(length);
        keep(name, made);
        return made;
    }

    /// Letters and digits made by chance, none of them easily taken for another.
    static String letters(int length) {
        StringBuilder made = new StringBuilder();
        new SecureRandom().ints(length, 0, ALPHABET.length()).forEach(index -> made.append(ALPHABET.charAt(index)));
        return made.toString();
    }

    /// Keeps a value, in place of the one before.
    void keep(String name, String value) throws IOException {
        values.setProperty(name, value);
        StringWriter text = new StringWriter();
        values.store(text, null);
        Modes.writeSecret(file, text.toString());
    }
}
