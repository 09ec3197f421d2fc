package dev.aloft.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// A real browser without a screen: Debian's Chromium, with a new profile that goes when it is closed.
///
/// Typed text is never part of a message. Elements are named by CSS selectors; scripts run in the open page, whose
/// result `evaluate` gives back as a string, number, boolean, list, map or null. Every step ends within a minute, or
/// fails with an IllegalStateException that says what was attempted and on which page.
///
/// For one thread. The caller closes it, which ends all of its processes.
public final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration STEP_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    /// As root Chromium cannot use its sandbox. Without the rest it looks for updates and Google's hosts at every
    /// start.
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--window-size=1400,1000");

    private final ChromeDriver driver;
    private final List<String> consoleErrors = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
        driver.manage().timeouts().pageLoadTimeout(STEP_LIMIT).scriptTimeout(STEP_LIMIT);
    }

    /// Starts it, which takes 2 s.
    ///
    /// @throws IOException when Chromium or its driver is missing
    public static Browser start() throws IOException {
        for (Path program : List.of(CHROMIUM, DRIVER)) {
            if (!Files.isExecutable(program)) {
                throw new IOException("cannot start a browser: there is no " + program
                        + "; apt-get install chromium chromium-driver");
            }
        }
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(FLAGS);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logging);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /// Shows this page and all later ones in a viewport of this size.
    ///
    /// @param isDark true for the dark colour scheme
    public void view(int width, int height, boolean isDark) {
        step("show a viewport of " + width + " x " + height, () -> {
            var _ = driver.executeCdpCommand(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
            return driver.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of(
                            "features",
                            List.of(Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light"))));
        });
    }

    /// Opens a page and waits until it has loaded.
    public void open(URI page) {
        step("open " + page, () -> {
            driver.get(page.toString());
            return page;
        });
    }

    /// The page that is open.
    public URI location() {
        return URI.create(driver.getCurrentUrl());
    }

    /// The text that the page shows.
    public String text() {
        return step(
                "read the text", () -> driver.findElement(By.tagName("body")).getText());
    }

    /// Returns true if the page has such an element, visible or not.
    public boolean has(String selector) {
        return !driver.findElements(By.cssSelector(selector)).isEmpty();
    }

    /// Clicks.
    public void click(String selector) {
        step("click " + selector, () -> {
            element(selector).click();
            return selector;
        });
    }

    /// Types into a field, in place of what is there.
    public void type(String selector, String text) {
        step("type into " + selector, () -> {
            WebElement field = element(selector);
            field.clear();
            field.sendKeys(text);
            return selector;
        });
    }

    /// Chooses a file in a file input, shown or not; the page sees what it sees when a person has chosen.
    public void choose(String selector, Path file) {
        step("choose " + file + " in " + selector, () -> {
            element(selector).sendKeys(file.toAbsolutePath().toString());
            return selector;
        });
    }

    /// Does something within a frame of the page, then goes back to the page.
    public void inFrame(String selector, Runnable steps) {
        step("enter the frame " + selector, () -> driver.switchTo().frame(element(selector)));
        try {
            steps.run();
        } finally {
            driver.switchTo().defaultContent();
        }
    }

    /// Evaluates a JavaScript expression in the page. Its arguments are `arguments[0]` and so on.
    public @Nullable Object evaluate(String expression, Object... arguments) {
        return step("evaluate " + expression, () -> driver.executeScript("return (" + expression + ");", arguments));
    }

    /// Waits until a JavaScript expression is true.
    ///
    /// @param what what is waited for, for the message
    /// @throws IllegalStateException when it is not true within the limit
    public void await(String what, Duration limit, String expression, Object... arguments) {
        long end = System.nanoTime() + limit.toNanos();
        while (!Boolean.TRUE.equals(evaluate("Boolean(" + expression + ")", arguments))) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited " + limit.toSeconds() + " s for " + what + " on " + location()
                        + "; the console says " + consoleErrors());
            }
            pause();
        }
    }

    /// Writes what the window shows as a PNG, with the folders it needs.
    public void screenshot(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.write(file, step("take a screenshot", () -> driver.getScreenshotAs(OutputType.BYTES)));
    }

    /// The errors on the console since the start, scripts' and those of what could not be loaded.
    public List<String> consoleErrors() {
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            consoleErrors.add(entry.getMessage());
        }
        return List.copyOf(consoleErrors);
    }

    /// Ends the browser and its driver.
    @Override
    public void close() {
        driver.quit();
    }

    private WebElement element(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    /// The driver's exceptions contain the whole command and so the typed text; only their first line is passed on.
    private <T extends @Nullable Object> T step(String what, Supplier<T> action) {
        try {
            return action.get();
        } catch (WebDriverException e) {
            String reason =
                    String.valueOf(e.getRawMessage()).lines().findFirst().orElse("no reason given");
            throw new IllegalStateException("cannot " + what + " on " + driver.getCurrentUrl() + ": " + reason);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_INTERVAL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a page", e);
        }
    }
}
