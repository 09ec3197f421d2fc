package dev.aloft.lab;

import java.nio.file.Path;

/// One database of a MariaDB, and the user who may do everything in it and in those that a restore makes beside it, and
/// nothing outside. Immutable; its text never shows the password.
///
/// @param socket the server's Unix socket
/// @param name the database
/// @param user the user, who exists for `localhost` only
/// @param password the user's password
public record Database(Path socket, String name, String user, String password) {

    @Override
    public String toString() {
        return "Database[" + user + "@" + socket + "/" + name + "]";
    }
}
