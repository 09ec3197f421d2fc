package dev.aloft.server.cdn;

/// A token for the interface of a CDN. It shows itself in no message.
public record ApiToken(String value) {

    /// @throws IllegalArgumentException for a text that cannot be in a header
    public ApiToken {
        if (!value.matches("[!-~]{1,1000}")) {
            throw new IllegalArgumentException("a token has visible letters of ASCII only");
        }
    }

    @Override
    public String toString() {
        return "a token";
    }
}
