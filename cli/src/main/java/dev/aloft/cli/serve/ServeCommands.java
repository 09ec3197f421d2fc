package dev.aloft.cli.serve;

import java.util.stream.Stream;

/// The commands that run the server, or have a service manager run it.
public final class ServeCommands {

    private ServeCommands() {}

    /// In the order of the help.
    public static Stream<Object> all() {
        return Stream.of(new ServeCommand(), new SocketUnitCommand());
    }
}
