package dev.aloft.cli.files;

import java.util.stream.Stream;

/// The commands on files.
public final class FileCommands {

    private FileCommands() {}

    /// In the order of the help.
    public static Stream<Object> all() {
        return Stream.of(
                new LsCommand(),
                new TreeCommand(),
                new DuCommand(),
                new FindCommand(),
                new StatCommand(),
                new CatCommand(),
                new CpCommand(),
                new MvCommand(),
                new RmCommand(),
                new SyncCommand());
    }
}
