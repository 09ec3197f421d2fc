package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import java.net.InetSocketAddress;
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

    /// An unresolved address as this.
    public static ListenAddress of(InetSocketAddress address) {
        return new ListenAddress(address.getHostString(), address.getPort());
    }

    /// Address at which this host reaches a server that listens here.
    public InetSocketAddress reached() {
        return new InetSocketAddress(host.equals("0.0.0.0") ? "127.0.0.1" : host.replaceAll("[\\[\\]]", ""), port);
    }

    /// The value of a key.
    static ListenAddress read(Section section, String key, String text) throws Failure {
        return parse(text).orElseThrow(() -> section.unfit(key, text, "an address such as :8080"));
    }

    /// The value of a key for operators, not yet resolved; empty if the section does not have it.
    static Optional<InetSocketAddress> ofOperators(Section section, String key) throws Failure {
        Optional<String> text = section.optionalString(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        ListenAddress address = read(section, key, text.get());
        return Optional.of(InetSocketAddress.createUnresolved(address.host(), address.port()));
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
