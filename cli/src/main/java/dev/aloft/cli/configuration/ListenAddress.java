package dev.aloft.cli.configuration;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Address that a server listens on: `127.0.0.1:8080`, `[::1]:8080`, or `:8080` for every address.
public record ListenAddress(String host, int port) {

    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\s]*):(\\d{1,5})");

    public static Optional<ListenAddress> parse(String address) {
        Matcher m = ADDRESS.matcher(address);
        if (!m.matches() || Integer.parseInt(m.group(2)) > 65535) {
            return Optional.empty();
        }
        String host = m.group(1).isEmpty() ? "0.0.0.0" : m.group(1);
        return Optional.of(new ListenAddress(host, Integer.parseInt(m.group(2))));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
