package dev.aloft.store;

import java.time.Instant;
import java.util.Optional;

/// Link of the credentials chain that gave the credentials of a [Store].
///
/// @param link the SDK's name of it, such as `EnvironmentVariableCredentialsProvider`
/// @param expires empty for credentials that do not expire
public record CredentialsOrigin(String link, Optional<Instant> expires) {}
