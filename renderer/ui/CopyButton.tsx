import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "../state/copy.ts";
import { strings } from "../strings.ts";
import { IconButton } from "./IconButton.tsx";

/** Copies a text, made when it is asked for where it is long, and shows for a moment that it did. */
export function CopyButton({ text, label }: { text: string | (() => string); label: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      label={copied ? strings.common.copied : label}
      onClick={() => void copyText(typeof text === "string" ? text : text()).then(setCopied)}
    >
      {copied ? <Check className="size-3.5 text-ok" /> : <Copy className="size-3.5" />}
    </IconButton>
  );
}
