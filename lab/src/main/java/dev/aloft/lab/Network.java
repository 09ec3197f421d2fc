package dev.aloft.lab;

import java.util.Locale;

/// How the sites of a network of WordPress are told apart.
public enum Network {
    DIRECTORIES,
    SUBDOMAINS;

    /// As `aloft cdn` writes it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
