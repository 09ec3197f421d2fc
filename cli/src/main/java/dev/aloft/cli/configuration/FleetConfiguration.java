package dev.aloft.cli.configuration;

import dev.aloft.cli.console.Failure;
import dev.aloft.server.fleet.FleetSettings;
import dev.aloft.server.redis.RedisAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Table `[fleet]` of `aloft.toml`. No message repeats the URL, which may have a password.
///
/// @param passwordFile has the password if the URL has none
public record FleetConfiguration(RedisAddress address, Optional<Path> passwordFile, String name) {

    private static final List<String> KEYS = List.of("url", "password_file", "name");

    /// @return empty for a table without keys
    static Optional<FleetConfiguration> read(Section section) {
        section.requireOnly(KEYS);
        if (KEYS.stream().noneMatch(section::has)) {
            return Optional.empty();
        }
        Optional<RedisAddress> address =
                section.value("url", key -> Optional.of(address(section, key)), Optional.empty());
        Optional<Path> file = section.value("password_file", section::optionalString, Optional.<String>empty())
                .map(Path::of);
        String name = section.value("name", key -> name(section, key), FleetSettings.DEFAULT_NAME);
        return address.map(server -> new FleetConfiguration(server, file, name));
    }

    private static RedisAddress address(Section section, String key) throws Failure {
        if (section.has(key) && !section.isString(key)) {
            throw section.wrong("has " + key + " without quotes", "write it as a string in quotes");
        }
        try {
            return RedisAddress.parse(section.string(key));
        } catch (IllegalArgumentException e) {
            throw section.wrong(
                    "has an invalid " + key + ": " + e.getMessage(),
                    "write it as rediss://USER:PASSWORD@HOST:6379, or rediss+sentinel://USER:PASSWORD@HOST:26379,HOST:26379/NAME;"
                            + " USER and PASSWORD may be left out");
        }
    }

    private static String name(Section section, String key) throws Failure {
        String name = section.optionalString(key).orElse(FleetSettings.DEFAULT_NAME);
        if (!FleetSettings.isName(name)) {
            throw section.unfit(key, name, "lower-case letters, digits and hyphens");
        }
        return name;
    }

    /// The settings, with the password of the file.
    ///
    /// @throws Failure if it cannot be read
    public FleetSettings settings() throws Failure {
        if (passwordFile.isEmpty()) {
            return new FleetSettings(address, name);
        }
        try {
            String password = Files.readString(passwordFile.get()).strip();
            return new FleetSettings(address.withPassword(password), name);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "cannot read the password of [fleet]: " + Failure.messageOf(e),
                    "let the service's user read the file, or correct password_file",
                    e);
        }
    }
}
