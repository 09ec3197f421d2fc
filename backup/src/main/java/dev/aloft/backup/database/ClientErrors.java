package dev.aloft.backup.database;

import dev.aloft.backup.database.DatabaseException.Kind;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Failures of the client programs, with what to do about each.
final class ClientErrors {

    private static final Pattern NUMBER = Pattern.compile("(?:ERROR |error: |Error: )(\\d{4})\\b");
    private static final Pattern OF_A_PROGRAM =
            Pattern.compile("(?i)^(?:ERROR\\b|(?:mariadb|mysql)[a-z-]*: |.*: Got error:).*");
    private static final int MAX_LENGTH = 400;

    private ClientErrors() {}

    /// @param attempt what was attempted: `dump database wp`
    /// @param how the way in which the program ended
    /// @param written what it wrote to its standard error
    static DatabaseException failure(String attempt, String program, String how, List<String> written) {
        List<String> lines =
                written.stream().filter(line -> !line.contains(": [Warning] ")).toList();
        String said = lines.stream()
                .filter(line -> OF_A_PROGRAM.matcher(line).matches())
                .reduce((_, last) -> last)
                .orElse(lines.isEmpty() ? "" : lines.getLast());
        String shown = said.length() > MAX_LENGTH ? said.substring(0, MAX_LENGTH) + "…" : said;
        Matcher number = NUMBER.matcher(said);
        int code = number.find() ? Integer.parseInt(number.group(1)) : 0;
        return new DatabaseException(
                code == 1 ? Kind.MACHINE : Kind.SERVER,
                "cannot " + attempt + ": " + (shown.isEmpty() ? program + " ended with " + how : shown),
                advice(code, said.toLowerCase(Locale.ROOT)),
                code);
    }

    private static String advice(int code, String said) {
        return switch (code) {
            case 1045, 1698 -> "check user and password in wp-config.php or the option file";
            case 1044, 1142, 1143, 1227, 1370, 1419 ->
                "grant the user what docs/how-to/back-up-the-database.md names for this";
            case 1049 -> "check the database's name";
            case 2002, 2003, 2005 -> "start the database server, or correct its address";
            case 2006, 2013 -> "the server has closed the connection: see its log, then try again";
            case 1205 -> "a transaction is open on one of the tables: end it (SHOW PROCESSLIST), then try again";
            case 1021, 1114 -> "make room on the disk of the database server";
            default ->
                said.contains("connect")
                        ? "start the database server, or correct its address"
                        : "see the database server's log";
        };
    }
}
