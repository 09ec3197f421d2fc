package dev.aloft.image;

import java.util.Optional;

/// Metadata kept in a rendition.
public enum Metadata {
    /// Author, copyright and a required colour profile.
    ESSENTIAL(false, true, true),
    /// Colour profile only (Photon's `strip=info`).
    PROFILE(false, false, true),
    /// None (Photon's `strip=all`).
    NOTHING(false, false, false),
    /// All but the colour profile (`strip=color`), as Tachyon does.
    DESCRIPTION(true, true, false),
    /// All (`strip=none`).
    EVERYTHING(true, true, true);

    private final boolean all;
    private final boolean maker;
    private final boolean profile;

    Metadata(boolean all, boolean maker, boolean profile) {
        this.all = all;
        this.maker = maker;
        this.profile = profile;
    }

    /// True if everything but a profile stays.
    public boolean keepsAll() {
        return all;
    }

    /// True if author and copyright stay.
    public boolean keepsMaker() {
        return maker;
    }

    /// True if pixels may keep their profile; else they are converted to sRGB.
    public boolean keepsProfile() {
        return profile;
    }

    /// Parses Photon's `strip`.
    static Optional<Metadata> stripped(String what) {
        return switch (what) {
            case "all" -> Optional.of(NOTHING);
            case "info" -> Optional.of(PROFILE);
            case "color" -> Optional.of(DESCRIPTION);
            case "none" -> Optional.of(EVERYTHING);
            default -> Optional.empty();
        };
    }
}
