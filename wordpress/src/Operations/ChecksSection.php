<?php

declare(strict_types=1);

namespace Aloft\Operations;

/**
 * Results of the checks, and commands for the server, as HTML.
 */
final class ChecksSection
{
    /** @param list<Finding> $findings */
    public function __construct(private readonly array $findings)
    {
    }

    /** @param string $nonce field of the form that writes a test file */
    public function html(string $nonce): string
    {
        $items = '';
        foreach ($this->findings as $finding) {
            $items .= sprintf(
                '<li class="aloft-%s"><strong>%s</strong><span class="aloft-word">%s</span><p>%s</p></li>',
                esc_attr($finding->status),
                esc_html($finding->label),
                esc_html(self::word($finding->status)),
                esc_html($finding->text),
            );
        }
        return '<section class="aloft-card" id="aloft-checks"><h2>' . esc_html__('Checks', 'aloft')
            . "</h2><ul class=\"aloft-checks\">$items</ul>"
            . "<form method=\"post\" action=\"#aloft-checks\">$nonce" . get_submit_button(
                __('Write a test file', 'aloft'),
                'secondary',
                'submit',
                false,
            ) . '</form></section>';
    }

    /** Commands that need more rights than PHP has. */
    public static function commands(): string
    {
        $commands = [
            'aloft doctor' => __('Try everything that the configuration needs', 'aloft'),
            'aloft backup list' => __('List the snapshots', 'aloft'),
            'aloft backup verify' => __('Verify the newest snapshot', 'aloft'),
        ];
        $items = '';
        foreach ($commands as $command => $meaning) {
            $items .= sprintf(
                '<li><p>%s</p><code>%s</code> <button type="button" class="button button-small aloft-copy" hidden'
                    . ' data-copy="%s" aria-label="%s">%s</button></li>',
                esc_html($meaning),
                esc_html($command),
                esc_attr($command),
                /* translators: %s: a command */
                esc_attr(sprintf(__('Copy %s', 'aloft'), $command)),
                esc_html__('Copy', 'aloft'),
            );
        }
        return '<section class="aloft-card aloft-wide"><h2>' . esc_html__('On the server', 'aloft') . '</h2><p>'
            . esc_html__('PHP has no credentials for S3 and cannot run these commands. Run them in a shell.', 'aloft')
            . "</p><ul class=\"aloft-commands\">$items</ul></section>";
    }

    private static function word(string $status): string
    {
        return match ($status) {
            Finding::GOOD => __('Good', 'aloft'),
            Finding::RECOMMENDED => __('Recommended', 'aloft'),
            default => __('Critical', 'aloft'),
        };
    }
}
