package dev.aloft.backup.database;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Address of a database server, in the forms that WordPress's `DB_HOST` takes: `host`, `host:port`, `host:/socket`,
/// `[::1]:port`.
///
/// @param host a name or an address, without brackets
/// @param port by default that of the client programs
/// @param socket path of a Unix socket, in place of the port
record DatabaseHost(String host, Optional<Integer> port, Optional<String> socket) {

    private static final Pattern FORM =
            Pattern.compile("(?:\\[(?<six>[0-9a-fA-F:.]+)]|(?<name>[^:/]*))(?::(?:(?<port>\\d{1,5})|(?<socket>/.+)))?");
    private static final Pattern BARE_SIX = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    /// @throws IllegalArgumentException for a text of another form
    static DatabaseHost parse(String text) {
        if (BARE_SIX.matcher(text).matches()) {
            return new DatabaseHost(text, Optional.empty(), Optional.empty());
        }
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("expected host, host:port or host:/path/of/socket");
        }
        String name = Optional.ofNullable(m.group("six"))
                .orElseGet(() -> Optional.ofNullable(m.group("name")).orElse(""));
        return new DatabaseHost(
                name.isEmpty() ? "localhost" : name,
                Optional.ofNullable(m.group("port")).map(Integer::parseInt),
                Optional.ofNullable(m.group("socket")));
    }

    @Override
    public String toString() {
        return host
                + port.map(p -> ":" + p).orElse("")
                + socket.map(s -> ":" + s).orElse("");
    }
}
