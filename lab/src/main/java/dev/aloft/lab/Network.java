package dev.aloft.lab;

import java.util.Locale;

/// Place of the sites of a WordPress network in their URLs.
public enum Network {
    DIRECTORIES,
    SUBDOMAINS;

    /// As `aloft cdn` writes it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
