"""The least that FastAPI can do: one route that answers a code from memory. What the native API is compared with."""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

CODE = {
    "id": "qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1",
    "serial": 1337,
    "title": "Product 1337",
    "tags": ["print", "q2"],
    "status": "active",
    "content": {"type": "dynamic", "destination": "https://example.com/products/1337", "slug": "aB3xK9z"},
    "design": {"modules": {"shape": "square", "color": "#000000"}, "level": "auto", "quiet_zone": 4},
    "scans": {"people": 120, "bots": 10, "unique": 90, "all": 130},
    "version": 1,
    "created_at": "2026-11-20T10:00:00Z",
    "updated_at": "2026-11-20T10:00:00Z",
}


class Code(BaseModel):
    """What the route answers; FastAPI validates it and writes it down."""

    id: str
    serial: int
    title: str
    tags: list[str]
    status: str
    content: dict[str, str]
    design: dict[str, object]
    scans: dict[str, int]
    version: int
    created_at: str
    updated_at: str


app = FastAPI()


@app.get("/api/v1/qr-codes/{code_id}")
async def get_code(code_id: str) -> Code:
    """Answer."""
    return Code.model_validate({**CODE, "id": code_id})


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="critical", access_log=False)
