package dev.aloft.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A request whose end two servers may see in different places. `hostile-requests.txt` has them all, and says how they
/// are written.
///
/// @param line the request as it stands in the file
public record HostileRequest(String name, Outcome outcome, String line) {

    private static final String FILE = "hostile-requests.txt";
    private static final Pattern ROW = Pattern.compile("([a-z0-9-]+): (refused|body|sender): (.+)");

    /// Reaction of a strict server that receives the request directly.
    public enum Outcome {
        /// One answer of 400 to 599, then the end of the connection.
        REFUSED,
        /// The smuggled request is a body, or comes after the end: it is never answered.
        BODY,
        /// The smuggled request is the sender's own next one, and may be answered.
        SENDER
    }

    /// Every request of the file.
    public static List<HostileRequest> all() {
        List<HostileRequest> requests = new ArrayList<>();
        for (String line : file().lines().toList()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Outcome outcome = Outcome.valueOf(row.group(2).toUpperCase(Locale.ROOT));
                requests.add(new HostileRequest(row.group(1), outcome, row.group(3)));
            }
        }
        return requests;
    }

    /// The bytes to send.
    ///
    /// @param path of an upload to ask for
    /// @param host of the site
    /// @param smuggled the request whose answer only its sender may receive
    byte[] bytes(String path, String host, String smuggled) {
        String filled = RequestText.repeat(line)
                .replace("{path}", path)
                .replace("{host}", host)
                .replace("{smuggled}", smuggled)
                .replace("{length}", String.valueOf(smuggled.length()))
                .replace("{hex}", Integer.toHexString(smuggled.length()))
                .replace("{half}", Integer.toHexString(smuggled.length() / 2));
        return RequestText.bytes(filled);
    }

    private static String file() {
        try (InputStream in = Objects.requireNonNull(HostileRequest.class.getResourceAsStream(FILE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
