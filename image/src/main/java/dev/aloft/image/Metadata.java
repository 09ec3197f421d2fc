package dev.aloft.image;

import java.util.Optional;

/// What a picture tells beside its pixels, and how much of it an answer keeps.
public enum Metadata {
    /// Who made it, and a profile that its colours need.
    ESSENTIAL(false, true, true),
    /// The profile alone (Photon's `strip=info`).
    PROFILE(false, false, true),
    /// Nothing (Photon's `strip=all`).
    NOTHING(false, false, false),
    /// Everything but the profile (`strip=color`), which is what Tachyon does.
    DESCRIPTION(true, true, false),
    /// Everything (`strip=none`).
    EVERYTHING(true, true, true);

    private final boolean all;
    private final boolean maker;
    private final boolean profile;

    Metadata(boolean all, boolean maker, boolean profile) {
        this.all = all;
        this.maker = maker;
        this.profile = profile;
    }

    /// Whether nothing is taken out but a profile.
    public boolean keepsAll() {
        return all;
    }

    /// Whether artist and copyright stay.
    public boolean keepsMaker() {
        return maker;
    }

    /// Whether colours may stay those of a profile; else they become sRGB.
    public boolean keepsProfile() {
        return profile;
    }

    /// By Photon's word for what is taken out.
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
