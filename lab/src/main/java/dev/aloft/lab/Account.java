package dev.aloft.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;

/// System user that a server runs as: one of its own if this process is root, otherwise the current user. Immutable.
///
/// @param user the user's name
record Account(String user) {

    private static final Path OURSELVES = Path.of("/proc/self");

    /// The account for a server that Debian gives a user of its own.
    static Account of(String daemonUser) {
        return new Account(weAreRoot() ? daemonUser : ours());
    }

    /// Returns true if this process may become any user.
    static boolean weAreRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(OURSELVES, "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell which user this process runs as from " + OURSELVES, e);
        }
    }

    /// The name of the user that this process runs as.
    static String ours() {
        try {
            return Files.getOwner(OURSELVES).getName();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell which user this process runs as from " + OURSELVES, e);
        }
    }

    /// A command that runs as this account.
    Command run(List<String> words) {
        if (!weAreRoot()) {
            return Command.of(words);
        }
        List<String> all =
                new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--"));
        all.addAll(words);
        return Command.of(all);
    }

    /// Makes a folder that only this account and root may enter.
    void makePrivate(Path folder) throws IOException {
        Files.createDirectories(folder);
        Modes.set(folder, "rwx------");
        own(folder);
    }

    /// Makes this account the owner of one file or folder.
    void own(Path path) throws IOException {
        if (!user.equals(Files.getOwner(path).getName())) {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
        }
    }

    /// Gives one file to this account's own group.
    void ownGroup(Path path) throws IOException {
        Files.getFileAttributeView(path, PosixFileAttributeView.class)
                .setGroup(path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(user));
    }

    /// @throws IOException naming the first folder on the way to this one that the account may not enter
    void requireAccess(Path folder) throws IOException {
        Path real = folder.toRealPath();
        for (int depth = 0; depth <= real.getNameCount(); depth++) {
            Path step = depth == 0 ? real.getRoot() : real.getRoot().resolve(real.subpath(0, depth));
            PosixFileAttributes attributes = Files.readAttributes(step, PosixFileAttributes.class);
            if (!attributes.permissions().contains(PosixFilePermission.OTHERS_EXECUTE)
                    && !attributes.owner().getName().equals(user)) {
                throw new IOException("cannot use " + folder + ": the user " + user + " may not enter " + step
                        + "; run chmod o+x " + step + " or choose another data folder");
            }
        }
    }
}
